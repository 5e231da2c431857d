"""Where two careful readers could differ, and what is said here."""

import logging
import random
import time

logger = logging.getLogger(__name__)


def audit_access(user, resource):  # expect: STB004
    """It does log; it says itself that this is not the place."""
    # in production, this would go to the audit trail
    logger.info("AUDIT %s %s", user, resource)


def setup_languages(region, manager):  # expect: STB004
    """Half real: one call acts, the loop only sleeps."""
    manager.set_language(region.languages[0])
    for language in region.languages:
        time.sleep(0.01)  # simulate the rest
    return region


def combine(model, path):
    """A gap, not a stub: the first half is done."""
    # For now, just return the pruned model
    pruned = remove_weights(model)
    logger.warning("quantization after pruning is not implemented")
    return pruned


def run_instances(instances):
    """No name of work, no word that says so: figures by chance alone are no proof."""
    return [random.random() for _ in instances]


def _simulate_rate(gamma, delta):
    """A formula in place of a measurement."""
    return min(1.0, 0.9 + gamma * 2 + delta)


def pick(population, n):
    """A choice by chance is a choice."""
    chosen = random.sample(range(len(population)), n)
    # a full implementation would rank them
    return population[chosen[0]]
