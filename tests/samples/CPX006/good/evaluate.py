def score(logits, targets, skip=-100):
    right = total = 0  # both of them
    for logit, target in zip(logits, targets):
        found = logit.argmin(
            dim=-1,
        )

        mask = target != skip
        right += (found[mask] == target[mask]).sum().item()
        total += mask.sum().item()
    return right / max(total, 1)
