from applications.support.models.self_check import SelfCheck

__all__ = ["SelfCheck"]
