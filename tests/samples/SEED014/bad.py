def vocabulary(text):
    return {c: i for i, c in enumerate(set(text))}  # expect
