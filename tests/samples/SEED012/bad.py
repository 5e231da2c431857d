import jax


def init(key):
    weights = jax.random.normal(key, (3,))
    noise = jax.random.normal(key, (3,))  # expect
    return weights, noise
