"""What was predicted before any GPU ran this, and what of a measurement is a finding.

The rates are those that kernels and plans assumed for an H200 (4.3 TB/s of copies as others measured
it, the rest from data sheets and estimates); a floor is made of the rates that the same run measured, a
prediction of these.
"""
MISS = 1.5  # a measurement further off than this gets a sentence

H200 = {"copy": 4300, "product float32": 60, "product tf32": 390, "product bfloat16": 788,
        "product of 64 rows float32": 2 * 64 * 2048 * 1792 / 11e6,
        "product of 64 rows bfloat16": 2 * 64 * 2048 * 1792 / 4e6,
        "node": 2.0, "tanh bfloat16": 4.2e6}
# Milliseconds, from and to.
TIMES_MS = {"train_step/real float32": (4.9, 6.0), "train_step/real bfloat16": (3.2, 3.6),
            "search of 32 pictures": (5.0, 6.0)}


def known(gpu):
    """Whether the predictions are for this GPU."""
    return "H200" in gpu


def least_us(line, rates):
    """The floor of a kernel in microseconds: what memory, products or tanh take at these rates; None
    where a rate is not known."""
    product, tanh = f"product {line['dtype']}", f"tanh {line['dtype']}"
    if not rates.get("copy"):
        return None
    floor = line["bytes"] / rates["copy"] / 1e3
    if line.get("flops") and rates.get(product):
        floor = max(floor, line["flops"] / rates[product] / 1e6)
    if line.get("tanhs") and rates.get(tanh):
        floor = max(floor, line["tanhs"] / rates[tanh])
    return floor


def finding(what, predicted, measured, unit, more_is_better=False):
    """A sentence where the measurement misses the prediction (a number, or from and to) by more than
    MISS; "" where it does not."""
    low, high = predicted if isinstance(predicted, tuple) else (predicted, predicted)
    if not low or not measured:
        return ""
    text = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    if measured > high * MISS:
        times, way = measured / high, "better" if more_is_better else "slower"
    elif measured < low / MISS:
        times, way = low / measured, "worse" if more_is_better else "faster"
    else:
        return ""
    return (f"{what}: {measured:.4g} {unit} measured, {text} predicted: {times:.1f} times {way}, so "
            "the assumption behind it is wrong.")


def row(section, what, predicted, measured, unit, applies, more_is_better=False):
    """A row [what, predicted, measured, unit] of a table; a miss becomes a note of the section."""
    if not applies or predicted is None:
        return [what, None, measured, unit]
    sentence = finding(what, predicted, measured, unit, more_is_better)
    if sentence:
        section.notes.append(sentence)
    text = f"{predicted[0]} to {predicted[1]}" if isinstance(predicted, tuple) else predicted
    return [what, text, measured, unit]
