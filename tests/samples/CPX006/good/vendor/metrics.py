def accuracy(outputs, labels, ignored=-100):
    """The share of labels that were found."""
    right = total = 0
    for output, label in zip(outputs, labels):
        found = output.argmax(dim=-1)
        mask = label != ignored
        right += (found[mask] == label[mask]).sum().item()
        total += mask.sum().item()
    return right / max(total, 1)


def collate(batch, pad=0):
    width = max(len(item["ids"]) for item in batch)
    ids, masks = [], []
    for item in batch:
        missing = width - len(item["ids"])
        ids.append(item["ids"] + [pad] * missing)
        masks.append([1] * len(item["ids"]) + [0] * missing)
    return {"ids": ids, "mask": masks}
