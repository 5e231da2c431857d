"""Not told: `Markup` on what is not a literal."""

from markupsafe import escape

escape(comment)
