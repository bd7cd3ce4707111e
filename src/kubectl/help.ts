import type { Flag, Flags } from '#base/flags'
import { type Command, type CommandGroup, type Commands, isGroup } from './command.ts'
import { globalFlags } from './global-flags.ts'

const globalHint =
  'Use "kubectl options" for a list of global command-line options (applies to all commands).'

/** What `--help` prints for a command or a group of commands. */
export function helpOf(command: Command | CommandGroup, path: string): string {
  return isGroup(command) ? groupHelp(command, path) : commandHelp(command, path)
}

/** What `kubectl options` prints. */
export function optionsHelp(): string {
  return `The following options can be passed to any command:\n\n${flagBlock(globalFlags)}\n`
}

function commandHelp(command: Command, path: string): string {
  const { aliases = [], examples } = command
  return sections([
    command.about,
    aliases.length > 0 ? `Aliases:\n${[path.split(' ').at(-1), ...aliases].join(', ')}` : '',
    examples === undefined ? '' : `Examples:\n${indent(examples)}`,
    Object.keys(command.flags).length > 0 ? `Options:\n${flagBlock(command.flags).trimEnd()}` : '',
    `Usage:\n  ${path} ${command.usage}`,
    globalHint,
  ])
}

function groupHelp({ about, commands, own }: CommandGroup, path: string): string {
  return sections([
    about,
    own?.examples === undefined ? '' : `Examples:\n${indent(own.examples)}`,
    `Available Commands:\n${commandList(commands)}`,
    own && Object.keys(own.flags).length > 0 ? `Options:\n${flagBlock(own.flags).trimEnd()}` : '',
    `Usage:\n  ${path} ${own?.usage ?? 'SUBCOMMAND [options]'}`,
    `Use "${path} <command> --help" for more information about a given command.\n${globalHint}`,
  ])
}

/** Names and lines of commands, in two columns. */
export function commandList(commands: Commands): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length)) + 3
  return Object.entries(commands)
    .map(([name, { about }]) => `  ${name.padEnd(width)}${about}`)
    .join('\n')
}

const sections = (texts: readonly string[]) => `${texts.filter((text) => text !== '').join('\n\n')}\n`
const indent = (text: string) => text.replaceAll(/^/gm, '  ')

function flagBlock(flags: Flags): string {
  return Object.values(flags)
    .filter(({ hidden }) => hidden !== true)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(flagText)
    .join('\n')
}

function flagText(one: Flag<unknown>): string {
  const short = one.short === undefined ? '' : `-${one.short}, `
  const preset = typeof one.default === 'string' ? `'${one.default}'` : one.kind.show(one.default)
  return `    ${short}--${one.name}=${preset}:\n\t${one.usage}\n`
}
