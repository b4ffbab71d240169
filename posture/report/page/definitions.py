"""What each number is, in two or three plain sentences: definition, direction, and how far it can be trusted."""

from __future__ import annotations

from posture.language import gettext as _


def definition_of(name: str) -> str:
    """Return the definition of a measure; an empty text for an unknown one."""
    texts = {
        "pelvic_tilt_deg": _(
            "The steepest forward inclination of the back's outline between buttock and hollow, against the vertical. "
            "It is an angle of the body's surface, not of bones, and cannot be converted into a pelvic tilt measured "
            "between bony landmarks."
        ),
        "lumbar_arch_deg": _(
            "The angle between the two steepest places of the back's outline, below and above the hollow. It does not "
            "depend on how far the trunk leans. It is measured on the surface: a radiograph gives other numbers."
        ),
        "lumbar_arch_index": _(
            "How deep the hollow is, in percent of the straight line from buttock to upper back. It is the most robust "
            "of these numbers, because it needs no slopes."
        ),
        "thoracolumbar_deg": _(
            "The steepest backward inclination of the outline between hollow and upper back, against the vertical. "
            "Tilt and this inclination together are the arch."
        ),
        "trunk_lean_deg": _(
            "The line from the hips to the shoulders against the vertical; forward is positive. A camera that is not "
            "level turns it by as much."
        ),
        "pelvic_tilt_range_deg": _(
            "The difference between the largest and the smallest tilt within the mean stride. Rough: its error is as "
            "large as the difference between most people."
        ),
        "thorax_rotation_deg": _(
            "How far the shoulder line turns against the hip line over a stride, estimated from their lengths in the "
            "picture. A rough proxy."
        ),
        "cadence_spm": _("Steps a minute, both feet together. It has no interval because it is counted."),
        "pelvis_drop_deg": _("How far the pelvis sinks to one side. A side view does not show it."),
    }
    return texts.get(name, "")
