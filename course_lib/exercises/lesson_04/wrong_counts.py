"""The formula for the number of parameters with one term changed."""


def variant(
    attention=lambda d, n_heads: 4 * (d * d + d),
    feed=lambda d, d_ff: 2 * d * d_ff + d_ff + d,
    norm=lambda d: 2 * d,
    norms_per_block=lambda n_attentions: n_attentions + 1,
    last_norm=lambda config: config.norm == "pre",
    learned=lambda config: config.positions == "learned",
    tied=lambda config: config.tied,
    biases=True,
    crossed=2,
    layers=lambda config: config.n_layers,
    stacks=True,
    embedding=True,
    classes=lambda config: config.n_classes,
    has_norms=lambda config: config.norm != "none",
):
    """The formula with one term changed."""

    def answer(config):
        d, has_feed = config.d_model, config.d_ff > 0
        one_norm = norm(d) if has_norms(config) else 0

        def stack(n_attentions):
            n_norms = norms_per_block(n_attentions) - (not has_feed)
            block = n_attentions * attention(d, config.n_heads) + n_norms * one_norm
            block += feed(d, config.d_ff) * has_feed
            total = config.vocab_size * d * embedding + layers(config) * block
            return total + config.max_len * d * learned(config) + one_norm * last_norm(config)

        n_out = classes(config) if config.family == "encoder" else config.vocab_size
        output = 0 if tied(config) else d * n_out + n_out * biases
        if config.family == "encoder-decoder":
            return stack(crossed) + (stack(1) if stacks else 0) + output
        return stack(1) + output

    return answer
