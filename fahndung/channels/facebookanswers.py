"""What an answer about a Facebook Page means: as of any of Meta's Graph APIs, with what a person has to do here."""

from fahndung.channels import graphanswers
from fahndung.channels.graphanswers import Graph, Usage
from fahndung.errors import Message

__all__ = ["WHO", "Usage", "is_missing", "limited", "readable", "usage", "written"]

WHO = "Facebook"
_GRAPH = Graph(
    who=WHO,
    renew=Message(
        "Renew the token or the app's secret, and check the permissions of the system user.",
        "Bitte den Token oder das Geheimnis der App erneuern und die Rechte des Systemnutzers prüfen.",
    ),
    correct=Message(
        "Look into the Page's support inbox; correct the text in a new revision, or the channel's table.",
        "Bitte im Support-Postfach der Seite nachsehen; den Text in einer neuen Revision berichtigen oder die Angaben "
        "zum Kanal.",
    ),
)
written, readable, limited = _GRAPH.written, _GRAPH.readable, _GRAPH.limited
is_missing, usage = graphanswers.is_missing, graphanswers.usage
