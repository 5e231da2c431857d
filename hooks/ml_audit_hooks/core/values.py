"""A named tuple that costs no import.

``typing.NamedTuple`` brings in ``typing`` (0.8 of a bare interpreter start), ``dataclasses`` more than twice that.
Every hook is a process on every commit, so values are built by this class: same use, checked by mypy as
``typing.NamedTuple``.
"""

from __future__ import annotations

from _collections import _tuplegetter  # type: ignore[import-not-found]  # the C getter behind namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _Meta(type):
        def __new__(mcs, name, bases, body):
            if not bases:  # NamedTuple itself
                return super().__new__(mcs, name, (tuple,), body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {f: body.pop(f) for f in fields if f in body}
            body.update((f, _tuplegetter(i, "")) for i, f in enumerate(fields))
            last = tuple(defaults.values()) if fields[len(fields) - len(defaults) :] == tuple(defaults) else ()
            body.update(__slots__=(), __match_args__=fields, _fields=fields, _field_defaults=defaults, _last=last)
            return super().__new__(mcs, name, bases, body)

    class NamedTuple(metaclass=_Meta):
        """Immutable record: fields by annotation, defaults by assignment."""

        __slots__ = ()

        def __new__(cls, *args, **named):  # noqa: D102
            fields = cls._fields
            missing = len(fields) - len(args)
            if not named and 0 < missing <= len(cls._last):
                args += cls._last[-missing:]
            elif named or missing:
                left = fields[len(args) :]
                if len(args) > len(fields) or not named.keys() <= set(left):
                    raise TypeError(f"{cls.__name__}{fields} called with {args}, {named}")
                try:
                    args += tuple(named[f] if f in named else cls._field_defaults[f] for f in left)
                except KeyError as missing:
                    raise TypeError(f"{cls.__name__}: field {missing} is not given") from None
            return tuple.__new__(cls, args)

        @classmethod
        def _make(cls, iterable):
            made = tuple.__new__(cls, iterable)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__}{cls._fields} made of {len(made)} values")
            return made

        def _replace(self, **named):
            return type(self)(**{**self._asdict(), **named})

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):  # for copy and pickle
            return tuple(self)

        def __repr__(self):
            inside = ", ".join(f"{f}={v!r}" for f, v in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({inside})"
