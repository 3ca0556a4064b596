"""The outputs that automations name: whether the project has them, and made ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from leadline.diagnostic import Code, Diagnostic, did_you_mean
from leadline.errors import UsageError
from leadline.plugin import (
    OpenOutput,
    OpenPublisher,
    OutputContext,
    Plugins,
    open_output,
    open_publisher,
)
from leadline.plugin.output import IN_DOUBT
from leadline.project import OutputConfig, Project
from leadline.ruleset.model import Ruleset, Send
from leadline.settings import Setting, telling

UNKNOWN_OUTPUT = Code("LL212", "unknown-output")

_CHOICES = ("resend", "hold")


@dataclass(frozen=True, slots=True)
class ReadyOutput:
    """An output that messages can be handed to.

    Args:
        name: what the project calls it.
        output: the output.
        resends: whether a message is sent again when nobody knows whether it was delivered: where
            the receiver recognises keys, or the project wants it so.
        settings: its settings, to hide their secrets in what it answers.
    """

    name: str
    output: OpenOutput
    resends: bool
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadyPublisher:
    """An output that results can be published to, with its settings, to hide their secrets."""

    publisher: OpenPublisher
    settings: Mapping[str, Setting]


def unknown_outputs(ruleset: Ruleset, project: Project) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each output that the project does not have, or not for messages."""
    known = [output.name for output in project.outputs if output.publish is None]
    holding = [output.name for output in project.outputs if output.publish is not None]
    found = []
    for send in _sends(ruleset):
        if send.output in holding:
            message = f"the output `{send.output}` of leadline.yaml holds results"
            hint = "it has `publish`; messages of automations need an output of their own"
            found.append(Diagnostic(UNKNOWN_OUTPUT, message, send.place, hint))
        elif send.output not in known:
            message = f"leadline.yaml has no output `{send.output}`"
            hint = did_you_mean(send.output, known) or "name it under `outputs:` in leadline.yaml"
            found.append(Diagnostic(UNKNOWN_OUTPUT, message, send.place, hint))
    return tuple(found)


def outputs_named(rulesets: Iterable[Ruleset]) -> tuple[str, ...]:
    """Return the names of the outputs that enabled automations send to, each once."""
    return tuple(dict.fromkeys(send.output for one in rulesets for send in _sends(one)))


def open_outputs(project: Project, names: Iterable[str]) -> dict[str, ReadyOutput]:
    """Make outputs for messages ready, by name; names that the project lacks are passed over.

    Raises:
        UsageError: the settings of one are wrong, or the environment lacks a variable.
        PluginError: the plugin of one cannot be used.
    """
    plugins = Plugins(project.plugin_folder)
    wanted = set(names)
    return {
        output.name: _open(plugins, project, output)
        for output in project.outputs
        if output.name in wanted and output.publish is None
    }


def open_publishers(project: Project, names: Iterable[str]) -> dict[str, ReadyPublisher]:
    """Make outputs that hold results ready, by name, in the way of ``open_outputs``."""
    plugins = Plugins(project.plugin_folder)
    wanted = set(names)
    publishers = {}
    for output in project.outputs:
        if output.name in wanted:
            plugins.load([output.plugin, *project.plugins])
            settings = output.plain_settings(plugins.publisher_kind(output.plugin).settings)
            context = OutputContext(project.root, output.name)
            with telling(f"output `{output.name}`", output.settings):
                opened = open_publisher(plugins, output.plugin, settings, context)
            publishers[output.name] = ReadyPublisher(opened, output.settings)
    return publishers


def _sends(ruleset: Ruleset) -> tuple[Send, ...]:
    return tuple(
        action
        for automation in ruleset.automations
        if automation.enabled
        for action in automation.actions
        if isinstance(action, Send)
    )


def _open(plugins: Plugins, project: Project, config: OutputConfig) -> ReadyOutput:
    plugins.load([config.plugin, *project.plugins])
    settings = config.plain_settings(plugins.output_kind(config.plugin).settings)
    choice = settings.pop(IN_DOUBT, "hold")
    if choice not in _CHOICES:
        raise UsageError(
            f"the setting `{IN_DOUBT}` of the output `{config.name}` is something else",
            hint="write `hold`, or `resend` where a message may come twice",
        )
    context = OutputContext(project.root, config.name)
    with telling(f"output `{config.name}`", config.settings):
        output = open_output(plugins, config.plugin, settings, context)
    resends = output.recognises_keys or choice == "resend"
    return ReadyOutput(config.name, output, resends, config.settings)
