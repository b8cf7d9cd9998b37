"""Early stopping done in a wrong way: the mistakes that the check recognizes."""


def right(losses, patience):
    best = 0
    for i in range(len(losses)):
        if losses[i] < losses[best]:
            best = i
        if i - best == patience:
            return best, i
    return best, len(losses) - 1


def walk(losses, patience, *, better=lambda loss, best, before: loss < best, keep=False):
    best, waited, i = 0, 0, 0
    for i in range(1, len(losses)):
        if better(losses[i], losses[best], losses[i - 1]):
            best = i
            waited = waited if keep else 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best, i


def against_previous(losses, patience):
    best, waited, i = 0, 0, 0
    for i in range(1, len(losses)):
        waited = 0 if losses[i] < losses[i - 1] else waited + 1
        if losses[i] < losses[best]:
            best = i
        if waited >= patience:
            break
    return best, i


def previous_is_best(losses, patience):
    return walk(losses, patience, better=lambda loss, best, before: loss < before)


def ties(losses, patience):
    return walk(losses, patience, better=lambda loss, best, before: loss <= best)


def first_counts(losses, patience):
    best, waited, i = 0, 0, 0
    for i in range(len(losses)):
        if losses[i] < losses[best]:
            best, waited = i, 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best, i


def not_in_a_row(losses, patience):
    return walk(losses, patience, keep=True)


def patience(change):
    def answer(losses, patience):
        if patience + change < 1:
            return 0, 0
        return right(losses, patience + change)

    return answer


def returns(change):
    def answer(losses, patience):
        return change(losses, patience, *right(losses, patience))

    return answer


def beyond(losses, patience, best, stop):
    """Best plus patience, even where the run has ended."""
    return best, best + patience


def never(value):
    def change(losses, patience, best, stop):
        return best, stop if stop - best >= patience else value(losses)

    return returns(change)


def lowest_of_all(losses, patience):
    best = min(range(len(losses)), key=lambda i: losses[i])
    return best, min(best + patience, len(losses) - 1)


def last_of_equals(losses, patience):
    best, stop = right(losses, patience)
    return max(i for i in range(stop + 1) if losses[i] == losses[best]), stop


sees_the_future = returns(
    lambda losses, patience, best, stop: (min(range(len(losses)), key=lambda i: losses[i]), stop)
)
