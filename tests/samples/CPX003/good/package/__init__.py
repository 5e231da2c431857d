from .layers import Block
from .loss import Loss

__version__ = "1"
