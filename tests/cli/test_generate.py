"""`generate`: what continues a prompt, and how it is drawn."""

from .process import POSIX_ONLY, start


def test_generate_continues_the_prompt_and_repeats_itself_with_a_seed(call):
    settings = ["--prompt", "Once upon", "--length", 40, "--temperature", 0.8]
    first, again, other = (
        call("generate", "raven", *settings, "--seed", seed)[1] for seed in (1, 1, 2)
    )
    assert first.startswith("Once upon")
    assert len(first) == len("Once upon") + 40 + 1
    assert first == again != other
    assert len({call("generate", "raven", *settings)[1] for _ in range(3)}) > 1


def test_generate_samples_as_it_is_told(call):
    greedy = {call("generate", "raven", "--temperature", 0, "--seed", s)[1] for s in range(3)}
    one = {call("generate", "raven", "--top-k", 1, "--seed", s)[1] for s in range(3)}
    narrow = {call("generate", "raven", "--top-p", 1e-9, "--seed", s)[1] for s in range(3)}
    assert greedy == one == narrow
    assert len(greedy) == 1


@POSIX_ONLY
def test_a_reader_that_has_seen_enough_ends_the_writing_quietly():
    process = start("generate", "toy_sentences", "--length", "3000", "--seed", "0")
    process.stdout.read(10)
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert err == ""
