import { boolKind, type Flags, flag, intKind, stringKind, type Values } from '#base/flags'
import { defaultDataDir } from '../containerd/layout.ts'

const help = flag('help', boolKind, false, 'Show this help.', { short: 'h' })
const dataDir = flag(
  'data-dir',
  stringKind,
  defaultDataDir,
  'The data directory of "kubeling up", or of a kube-apiserver.',
)

const restoreFlags = {
  help,
  dataDir,
  standalone: flag(
    'standalone',
    boolKind,
    false,
    'The data directory is for a kube-apiserver that runs by itself.',
  ),
  bumpRevision: flag(
    'bump-revision',
    intKind,
    1_000_000_000,
    'How much to increase the latest revision after restore: more than was written after the snapshot.',
  ),
  markCompacted: flag(
    'mark-compacted',
    boolKind,
    true,
    'Mark the latest revision after restore as compacted, so that clients list everything anew (required if --bump-revision > 0).',
  ),
  skipHashCheck: flag(
    'skip-hash-check',
    boolKind,
    false,
    'Ignore snapshot integrity hash value (required if copied from data directory).',
  ),
} satisfies Flags

const statusFlags = {
  help,
  writeOut: flag('write-out', stringKind, 'simple', 'The output format: fields, json, simple, table.', {
    short: 'w',
  }),
} satisfies Flags

/** The commands below `kubeling snapshot` with their flags. */
export const snapshotFlags = { save: { help, dataDir }, restore: restoreFlags, status: statusFlags }

export type SnapshotCommand = keyof typeof snapshotFlags
export type RestoreValues = Values<typeof restoreFlags>
