def vocabulary(text):
    return {c: i for i, c in enumerate(sorted(set(text)))}
