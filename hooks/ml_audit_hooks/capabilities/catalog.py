"""The 14 capabilities in the rubric's order."""

from __future__ import annotations

from ml_audit_hooks.capabilities.checkpointing import CAPABILITY as CHECKPOINTING
from ml_audit_hooks.capabilities.ci_tests import CAPABILITY as CI_TESTS
from ml_audit_hooks.capabilities.configuration import CAPABILITY as CONFIGURATION
from ml_audit_hooks.capabilities.data import CAPABILITY as DATA
from ml_audit_hooks.capabilities.deployment import CAPABILITY as DEPLOYMENT
from ml_audit_hooks.capabilities.documentation import CAPABILITY as DOCUMENTATION
from ml_audit_hooks.capabilities.evaluation import CAPABILITY as EVALUATION
from ml_audit_hooks.capabilities.extensibility import CAPABILITY as EXTENSIBILITY
from ml_audit_hooks.capabilities.modeling import CAPABILITY as MODELING
from ml_audit_hooks.capabilities.monitoring import CAPABILITY as LOGGING
from ml_audit_hooks.capabilities.security import CAPABILITY as SECURITY
from ml_audit_hooks.capabilities.tokenization import CAPABILITY as TOKENIZATION
from ml_audit_hooks.capabilities.tracking import CAPABILITY as TRACKING
from ml_audit_hooks.capabilities.training import CAPABILITY as TRAINING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.model import Capability

CAPABILITIES: tuple[Capability, ...] = (
    TOKENIZATION,
    MODELING,
    TRAINING,
    CONFIGURATION,
    EVALUATION,
    LOGGING,
    CHECKPOINTING,
    DATA,
    SECURITY,
    CI_TESTS,
    DEPLOYMENT,
    DOCUMENTATION,
    TRACKING,
    EXTENSIBILITY,
)
