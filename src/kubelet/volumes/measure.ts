import { statfs } from 'node:fs/promises'
import type { Cancel } from '#base/cancel'
import type { VolumeUsage } from '../contract.ts'
import { isMountPoint } from './mounts.ts'
import { type RunTool, ToolFailed } from './run-tool.ts'

/** Measures a folder: a file system of its own by asking it, any other by adding up what lies in it. */
export async function measureFolder(run: RunTool, folder: string, signal?: Cancel): Promise<VolumeUsage> {
  const { bsize, blocks, bavail, bfree, files, ffree } = await statfs(folder)
  const room = {
    availableBytes: bavail * bsize,
    capacityBytes: blocks * bsize,
    inodes: files,
    inodesFree: ffree,
  }
  if (await isMountPoint(folder))
    return { usedBytes: (blocks - bfree) * bsize, inodesUsed: files - ffree, ...room }
  const [usedBytes, inodesUsed] = await Promise.all([
    added(run, folder, '--block-size=1', signal),
    added(run, folder, '--inodes', signal),
  ])
  return { usedBytes, inodesUsed, ...room }
}

/** What du adds up. It follows no link and stays on one file system. */
async function added(run: RunTool, folder: string, unit: string, signal?: Cancel): Promise<number> {
  const printed = await run('du', ['-s', '-x', unit, '--', folder], signal).catch((error: unknown) => {
    // It complains of files that went while it looked, and tells the rest.
    if (error instanceof ToolFailed && error.stdout !== '') return error.stdout
    throw error
  })
  return Number.parseInt(printed, 10)
}
