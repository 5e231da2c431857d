def score(logits, targets, skip=-100):  # expect: CPX006
    right = total = 0  # both of them
    for logit, target in zip(logits, targets):
        found = logit.argmax(
            dim=-1,
        )

        mask = target != skip
        right += (found[mask] == target[mask]).sum().item()
        total += mask.sum().item()
    return right / max(total, 1)
