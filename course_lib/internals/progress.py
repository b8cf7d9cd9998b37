"""The bar that a training shows: tqdm's, in a terminal or a notebook, where tqdm is installed."""

import contextlib


class NoBar:
    """A bar that nobody sees."""

    def update(self, n):
        pass

    def set_postfix_str(self, text):
        pass


def progress_bar(total, initial, name, wanted=True):
    """Return a context manager whose value has `update(n)` and `set_postfix_str(text)`."""
    if not wanted:
        return contextlib.nullcontext(NoBar())
    try:
        from tqdm.auto import tqdm
        from tqdm.notebook import tqdm_notebook
    except ImportError:  # it comes with the extra `lab`; NumPy alone is enough to train
        return contextlib.nullcontext(NoBar())
    options = {"total": total, "initial": initial, "desc": name, "unit": "step"}
    if issubclass(tqdm, tqdm_notebook):
        return NotebookBar(tqdm(display=False, **options), name)
    return tqdm(**options)


class NotebookBar:
    """tqdm's widget, and in its place, when it ends, a line that says how far it came.

    By itself tqdm leaves the widget, which a notebook may lose, and a text that says 0 %.
    """

    def __init__(self, bar, name):
        from tqdm.notebook import display  # IPython's

        self.bar, self.name = bar, name
        self.update, self.set_postfix_str = bar.update, bar.set_postfix_str
        widget = self.bar.container._repr_mimebundle_()
        self.handle = display(widget | self.line(), raw=True, display_id=True)

    def line(self):
        """Return what stays: how far it came."""
        return {"text/plain": f"{self.name}: {self.bar.n} of {self.bar.total} steps"}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.bar.close()
        self.handle.update(self.line(), raw=True)
