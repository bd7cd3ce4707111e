#!/usr/bin/env node
import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, extname, join, relative } from 'node:path'
import { FlagError, parseFlags } from '#base/flags'
import { kubernetesVersion } from '#base/kubernetes-version'
import { silent } from '#base/log'
import {
  checkUser,
  commandHelp,
  completePath,
  createProgress,
  down,
  type KubelingCommand,
  kubelingFlags,
  kubelingHelp,
  nearest,
  openDataDir,
  type Progress,
  readSettings,
  simulatedSettings,
  simulateNodes,
  snapshot,
  status,
  up,
  type UpValues,
} from '#cluster'
import { createLog, files, logFolder, onStopSignal, ownAddress, realClock, realRandom } from '#host/index'

const commands: Readonly<Record<KubelingCommand, (argv: readonly string[]) => Promise<number>>> = {
  up: runUp,
  down: runDown,
  status: runStatus,
  node: runNodes,
  snapshot: runSnapshot,
  version: runVersion,
}

const logBytesMax = 10 * 1024 * 1024

// Who reads our output may have had enough (`kubeling up | head`): the cluster goes on.
process.stdout.on('error', () => {})
process.exit(await main(process.argv.slice(2)))

/** Finds the command and runs it; gives the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const [word, ...rest] = argv
  try {
    if (word === undefined || word === '--help' || word === '-h') return print(kubelingHelp())
    if (word === 'help') return await help(rest[0])
    if (word === '--version') return await runVersion([])
    if (isCommand(word)) return await commands[word](rest)
    throw new FlagError(word.startsWith('-') ? `unknown flag: ${word}` : `unknown command "${word}"`)
  } catch (error) {
    return fail(error, isCommand(word) ? word : undefined)
  }
}

function isCommand(word: string | undefined): word is KubelingCommand {
  return word !== undefined && Object.hasOwn(commands, word)
}

async function help(command: string | undefined): Promise<number> {
  if (command === undefined) return print(kubelingHelp())
  if (command === 'snapshot') return await runSnapshot([])
  if (isCommand(command)) return print(commandHelp(command, process.stdout.columns ?? 0))
  throw new FlagError(`unknown command "${command}"`)
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

/** The flags of a command; undefined when help was asked for and printed. */
function readFlags<C extends KubelingCommand>(command: C, argv: readonly string[]) {
  const { values, args } = parseFlags(kubelingFlags[command], argv)
  if (values.help) {
    print(commandHelp(command, process.stdout.columns ?? 0))
    return undefined
  }
  if (args.length > 0)
    throw new FlagError(`"kubeling ${command}" does not take any arguments, got ${JSON.stringify(args)}`)
  return values
}

async function runUp(argv: readonly string[]): Promise<number> {
  const values = readFlags('up', argv)
  if (!values) return 0
  const settings = readSettings(values)
  checkUser([asTyped('kubeling'), 'up', ...argv].join(' '))
  const stop = new AbortController()
  let isDone = false
  onStopSignal((signal) => stop.abort(new Error(`got ${signal}`)))
  process.env['PATH'] = completePath(process.env['PATH'])
  const dataDir = await openDataDir(settings.dataDir)
  process.once('exit', () => {
    if (!isDone) process.stdout.write('\nLeft at once. "kubeling down" ends what is left.\n')
  })
  const [kubectl, kubectlShown] = kubectlCommand()
  try {
    await up(
      { ...settings, dataDir },
      {
        clock: realClock,
        random: realRandom,
        log: await openLog(join(dataDir, 'logs/kubeling.log'), values),
        files,
        logReader: logFolder,
        progress: screenProgress(),
        signal: stop.signal,
        kubectl,
        kubectlShown,
      },
      process.stdout.isTTY,
    )
  } finally {
    isDone = true
  }
  return 0
}

async function runDown(argv: readonly string[]): Promise<number> {
  const values = readFlags('down', argv)
  if (!values) return 0
  checkUser([asTyped('kubeling'), 'down', ...argv].join(' '))
  process.env['PATH'] = completePath(process.env['PATH'])
  await down(values.dataDir, values.deleteData, {
    clock: realClock,
    log: createLog({ part: 'kubeling', write: writeWarning }),
    files,
    progress: screenProgress(),
  })
  return 0
}

/** Passes on what the user should know of; the steps are told by the progress. */
function writeWarning(line: string): void {
  if (!line.startsWith('I')) process.stderr.write(line)
}

async function runStatus(argv: readonly string[]): Promise<number> {
  const values = readFlags('status', argv)
  if (!values) return 0
  const { text, code } = await status(values.dataDir, { clock: realClock, files })
  print(`${text}\n`)
  return code
}

async function runNodes(argv: readonly string[]): Promise<number> {
  const values = readFlags('node', argv)
  if (!values) return 0
  const settings = await simulatedSettings(values, files)
  const stopped = new Promise<void>((resolve) => onStopSignal(() => resolve()))
  const nodes = await simulateNodes(settings, {
    clock: realClock,
    random: realRandom,
    log: createLog({ part: 'node', verbosity: values.verbosity }),
    files,
    address: ownAddress(),
    userAgent: `kubelet/${kubernetesVersion.gitVersion}`,
  })
  void nodes.ready.then(() => print(`Ready. ${settings.count} simulated nodes at ${settings.api.server}\n`))
  await stopped
  await nodes.close()
  return 0
}

async function runSnapshot(argv: readonly string[]): Promise<number> {
  return print(await snapshot(argv, { files, columns: process.stdout.columns ?? 0 }))
}

async function runVersion(argv: readonly string[]): Promise<number> {
  if (!readFlags('version', argv)) return 0
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string
  }
  return print(
    `kubeling ${manifest.version}\nKubernetes ${kubernetesVersion.gitVersion}\nNode.js ${process.version}\n`,
  )
}

function screenProgress(): Progress {
  const { stdout } = process
  const write = (text: string) => void stdout.write(text)
  const screen = {
    write,
    isTerminal: stdout.isTTY === true,
    get columns() {
      return stdout.columns ?? 80
    },
  }
  return createProgress(screen, realClock)
}

/** A log in a file; what earlier starts wrote is kept once, when it has become long. */
async function openLog(path: string, { verbosity }: UpValues) {
  await mkdir(dirname(path), { recursive: true })
  if (existsSync(path) && statSync(path).size > logBytesMax) renameSync(path, `${path}.1`)
  try {
    appendFileSync(path, '')
  } catch {
    // A full disk must not keep the cluster from starting, nor from stopping.
    return silent
  }
  return createLog({ part: 'kubeling', verbosity, write: (line) => appendFileSync(path, line) })
}

/** Our kubectl: as words to run, and as a user of this installation types it. */
function kubectlCommand(): [readonly string[], string] {
  const program = join(import.meta.dirname, `kubectl${extname(import.meta.filename)}`)
  return [[process.execPath, program], asTyped('kubectl')]
}

/** A program of ours as a user types it: the launcher of a checkout, or the name under which it was installed. */
function asTyped(name: string): string {
  const launcher = join(import.meta.dirname, '../../bin', name)
  if (!existsSync(launcher)) return name
  const near = relative(process.cwd(), launcher)
  return near.startsWith('..') ? launcher : near
}

/** Says what went wrong and what is right, where that is known; gives the exit code. */
function fail(error: unknown, command: KubelingCommand | undefined): number {
  const message = error instanceof Error ? error.message : String(error)
  const isBug = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError
  const stack = isBug ? `${error.stack}\n` : ''
  process.stderr.write(
    `Error: ${message}\n${stack}${error instanceof FlagError ? hint(message, command) : ''}`,
  )
  return 1
}

function hint(message: string, command: KubelingCommand | undefined): string {
  const flag = /^unknown flag: --(.+)$/.exec(message)?.[1]
  const word = /^unknown command "(.+)"$/.exec(message)?.[1]
  const flags = command
    ? Object.values(kubelingFlags[command]).map(({ name }) => `--${name}`)
    : ['--help', '--version']
  const meant =
    flag === undefined
      ? word === undefined
        ? undefined
        : nearest(word, Object.keys(commands))
      : nearest(`--${flag}`, flags)
  const suggestion = meant === undefined ? '' : `Did you mean ${meant}?\n`
  return `${suggestion}Run "kubeling ${command === undefined ? '' : `${command} `}--help" for all ${command ? 'flags' : 'commands'}.\n`
}
