import jax


def init(key):
    weights = jax.random.normal(key, (3,))
    key, other = jax.random.split(key)
    noise = jax.random.normal(key, (3,))
    return weights, noise
