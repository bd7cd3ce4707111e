import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FileHandle } from 'node:fs/promises'
import { heldPathForOthers } from './held-path.ts'
import { bindMount, isMountPoint, unmount } from './mounts.ts'
import type { RunTool } from './run-tool.ts'

/**
 * Mounts what is held at a path of the kubelet's own: the runtime is given that path, so that nothing a container does
 * to its volume between our check and the runtime's mount can lead anywhere else.
 */
export async function mountHeld(run: RunTool, held: FileHandle, target: string): Promise<void> {
  const source = await held.stat()
  if (await isMountPoint(target)) {
    const there = await stat(target)
    if (there.dev === source.dev && there.ino === source.ino) return
    await unmount(run, target)
  }
  if (source.isDirectory()) await mkdir(target, { recursive: true, mode: 0o750 })
  else {
    await mkdir(dirname(target), { recursive: true, mode: 0o750 })
    await writeFile(target, '', { flag: 'a', mode: 0o640 })
  }
  await bindMount(run, heldPathForOthers(held), target)
}
