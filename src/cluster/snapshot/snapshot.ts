import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { FlagError, parseFlags } from '#base/flags'
import type { Files } from '../apiserver/options.ts'
import { claimDataDir } from '../up/claim.ts'
import { openDataDir } from '../up/data-dir.ts'
import { heldText } from '../up/held.ts'
import { clusterLayout } from '../up/layout.ts'
import { Problem } from '../up/problem.ts'
import { type RestoreValues, type SnapshotCommand, snapshotFlags } from './flags.ts'
import { snapshotCommandHelp, snapshotHelp } from './help.ts'
import { databaseOf, databasePlace } from './places.ts'
import { statusFormats } from './status-text.ts'

/** What `kubeling snapshot` is given of the machine. */
export interface SnapshotHost {
  readonly files: Files
  /** How wide help may be. */
  readonly columns: number
}

/** Runs `kubeling snapshot` with the words behind it; gives what to print. @throws FlagError, Problem, Error. */
export async function snapshot(argv: readonly string[], host: SnapshotHost): Promise<string> {
  const [word, ...rest] = argv
  if (word === undefined || word === '--help' || word === '-h') return snapshotHelp()
  if (word === 'help') return rest[0] === undefined ? snapshotHelp() : snapshotHelpOf(rest[0], host)
  switch (commandOf(word)) {
    case 'save':
      return save(rest, host)
    case 'restore':
      return restore(rest, host)
    case 'status':
      return status(rest, host)
  }
}

function commandOf(word: string): SnapshotCommand {
  if (Object.hasOwn(snapshotFlags, word)) return word as SnapshotCommand
  throw new FlagError(word.startsWith('-') ? `unknown flag: ${word}` : `unknown command "${word}"`)
}

const snapshotHelpOf = (word: string, host: SnapshotHost) =>
  snapshotCommandHelp(commandOf(word), host.columns)

async function save(argv: readonly string[], host: SnapshotHost): Promise<string> {
  const { values, args } = parseFlags(snapshotFlags.save, argv)
  if (values.help) return snapshotHelpOf('save', host)
  const file = oneFile('save', args)
  const { saveSnapshot } = await import('#store')
  await saveSnapshot(databaseOf(values.dataDir), file)
  return `Snapshot saved at ${file}\n`
}

async function restore(argv: readonly string[], host: SnapshotHost): Promise<string> {
  const { values, args } = parseFlags(snapshotFlags.restore, argv)
  if (values.help) return snapshotHelpOf('restore', host)
  const file = oneFile('restore', args)
  checkBump(values)
  const revision = values.standalone
    ? await restoreAt(resolve(values.dataDir), file, values)
    : await restoreCluster(file, values, host)
  return `Snapshot restored at ${resolve(values.dataDir)}, revision ${revision}\n`
}

/** Restores into a data directory of `kubeling up`, which no cluster may hold meanwhile. */
async function restoreCluster(file: string, values: RestoreValues, { files }: SnapshotHost): Promise<number> {
  const dataDir = await openDataDir(values.dataDir)
  const claim = await claimDataDir(dataDir)
  if (claim === undefined) throw new Problem(await heldText(clusterLayout(dataDir), files))
  try {
    return await restoreAt(dataDir, file, values)
  } finally {
    await claim.release()
  }
}

async function restoreAt(dataDir: string, file: string, values: RestoreValues): Promise<number> {
  const { restoreSnapshot } = await import('#store')
  mkdirSync(dataDir, { recursive: true })
  return restoreSnapshot(file, databasePlace(dataDir, values.standalone), values)
}

function checkBump({ bumpRevision, markCompacted }: RestoreValues): void {
  if (bumpRevision < 0) throw new FlagError('--bump-revision must not be negative')
  if (bumpRevision > 0 && !markCompacted)
    throw new FlagError('--mark-compacted required if --bump-revision > 0')
}

async function status(argv: readonly string[], host: SnapshotHost): Promise<string> {
  const { values, args } = parseFlags(snapshotFlags.status, argv)
  if (values.help) return snapshotHelpOf('status', host)
  const file = oneFile('status', args)
  const format = statusFormats[values.writeOut]
  if (format === undefined)
    throw new FlagError(`unknown output format "${values.writeOut}": it takes fields, json, simple or table`)
  const { snapshotStatus } = await import('#store')
  return `${format(snapshotStatus(file))}\n`
}

function oneFile(command: SnapshotCommand, args: readonly string[]): string {
  const [file] = args
  if (file === undefined || args.length > 1)
    throw new FlagError(`"kubeling snapshot ${command}" requires one argument, the file of the snapshot`)
  return file
}
