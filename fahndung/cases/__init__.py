"""The use cases before publication, each signed or refused. Calls no channel.

``findings`` checks a case folder, ``submitting`` takes it into the home, ``building`` makes its release, ``signing`` is
what people sign about both; ``originals`` and ``examining`` say what pictures and rules have to say.
"""
