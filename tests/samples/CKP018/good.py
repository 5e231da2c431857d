def restore(model, state):
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not missing and not unexpected
