import { type Flags, parseFlags } from '#base/flags'
import { type Call, type Command, isGroup } from './command.ts'
import { rootCommand } from './commands.ts'
import { errorText } from './error-text.ts'
import { Factory } from './factory.ts'
import { KubectlError } from './fault.ts'
import { findCommand } from './find-command.ts'
import { type GlobalValues, globalFlags } from './global-flags.ts'
import { helpOf } from './help.ts'
import { type Io, complain, print } from './io.ts'

/** Runs one kubectl command line (without the program's name) and resolves to the exit code. */
export async function kubectl(argv: readonly string[], io: Io): Promise<number> {
  let path = 'kubectl'
  try {
    const found = await findCommand(rootCommand, withoutHelpWord(argv), globalFlags)
    path = found.path
    const { command, rest } = found
    const runnable = isGroup(command) ? command.own : command
    const flags = { ...globalFlags, ...runnable?.flags }
    const parsed = parseFlags(flags, rest, { interspersed: runnable?.interspersed !== false })
    const global = parsed.values as GlobalValues
    if (global.help || runnable === undefined)
      return showHelp(helpOf(command, path), isAsked(global, path), io)
    return await run(runnable, { ...parsed, io, global, factory: new Factory(global, io), path })
  } catch (error) {
    if (io.signal.aborted) return 130
    complain(io, errorText(error, path))
    return error instanceof KubectlError ? error.code : 1
  }
}

/** Only the program itself may be called bare; for a group of commands that is a mistake. */
const isAsked = ({ help }: GlobalValues, path: string) => help || path === 'kubectl'

function showHelp(text: string, isAskedFor: boolean, io: Io): number {
  if (isAskedFor) print(io, text)
  else complain(io, text)
  return isAskedFor ? 0 : 1
}

async function run(command: Command, call: Call<Flags>): Promise<number> {
  try {
    return (await command.run(call)) ?? 0
  } finally {
    await call.factory.close()
  }
}

/** `kubectl help get` asks for what `kubectl get --help` does. */
function withoutHelpWord(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
}
