import type { Cancel } from '#base/cancel'
import { type RunTool, ToolFailed } from './run-tool.ts'

/**
 * Type and permissions of what a path leads to; undefined when nothing is there. Asked by another process: on a path of
 * somebody else's file system this is the first question, and one without an answer costs nothing but time.
 */
export async function fileModeOf(run: RunTool, path: string, signal?: Cancel): Promise<number | undefined> {
  try {
    return Number.parseInt(await run('stat', ['--dereference', '--format=%f', '--', path], signal), 16)
  } catch (error) {
    if (error instanceof ToolFailed) return undefined
    throw error
  }
}
