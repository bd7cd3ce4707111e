import type { Files } from '../apiserver/options.ts'
import type { ClusterLayout } from './layout.ts'
import { readState } from './run-state.ts'

/** What to say when another process has the data directory. */
export async function heldText({ dataDir, state }: ClusterLayout, files: Files): Promise<string> {
  const holder = await readState(state, files)
  const who = holder ? `process ${holder.pid}, since ${holder.since}` : 'another process'
  return `kubeling is already ${holder?.phase ?? 'running'} on ${dataDir} (${who})
Stop it with "kubeling down", or choose another folder with --data-dir`
}
