"""Lambda."""

from moto.core.config import default_user_config


def lambda_invocations_without_docker() -> None:
    """Invoke runs the function in Docker, and fails where there is none.

    What it would talk to, such as a search domain, is not there either: it answers with what
    it was sent.
    """
    default_user_config["lambda"] = {"use_docker": False}
