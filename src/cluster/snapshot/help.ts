import { type Flags, flagUsages } from '#base/flags'
import { type SnapshotCommand, snapshotFlags } from './flags.ts'

const about: Readonly<Record<SnapshotCommand, string>> = {
  save: 'Copy the embedded database into a file, while it is in use or not',
  restore: 'Make a new database from a snapshot',
  status: 'Show what a snapshot holds, and that it is whole',
}

const details: Readonly<Record<SnapshotCommand, string>> = {
  save: `The file holds the state at one revision with a hash of its bytes; it is there whole or not at all, and only its owner can
read it: it has all secrets in it. A running server goes on taking writes meanwhile.`,
  restore: `Refuses to replace a database. Revisions go forward, and the past counts as compacted, so that whoever watches lists
everything anew and no resourceVersion is given twice. Certificates and keys are not in a snapshot: keep the folder "pki"
of "kubeling up" too, or existing kubeconfigs and tokens end with it.`,
  status: `Prints hash, revision, number of keys and size; the hash is that of keys and values, the same for the same state.`,
}

/** What `kubeling snapshot --help` prints. */
export function snapshotHelp(): string {
  const rows = Object.entries(about).map(([name, what]) => `  ${name.padEnd(9)}${what}`)
  return `Save, restore and examine copies of the embedded database. For servers that store in etcd (--etcd-servers), use
"etcdctl snapshot save", and "etcdutl snapshot restore" with --bump-revision and --mark-compacted.

Usage:
  kubeling snapshot COMMAND FILE [flags]

Commands:
${rows.join('\n')}

Run "kubeling snapshot COMMAND --help" for the flags of a command.
`
}

/** What `kubeling snapshot COMMAND --help` prints, wrapped at `width` columns. */
export function snapshotCommandHelp(command: SnapshotCommand, width: number): string {
  const flags: Flags = snapshotFlags[command]
  return `${about[command]}.\n\n${details[command]}\n\nUsage:\n  kubeling snapshot ${command} FILE [flags]\n\nFlags:\n${flagUsages(flags, width)}\n`
}
