def restore(model, state):
    model.load_state_dict(state, strict=False)  # expect
