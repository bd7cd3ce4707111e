import { open } from 'node:fs/promises'
import type { RuntimeContainerStatus } from '../contract.ts'
import { containerAnnotations } from './labels.ts'

const bytesMost = 4096
const logBytesMost = 2048
const logLinesMost = 80

/** The end of a file as text; empty when it cannot be read. */
async function tail(path: string, most: number): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const length = Math.min(size, most)
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
      return buffer.toString('utf8')
    } finally {
      await file.close()
    }
  } catch {
    return ''
  }
}

/** `2026-01-02T03:04:05.6Z stdout F text`: a line of a container's log without what the runtime adds. */
const textOf = (line: string) => line.replace(/^\S+ (?:stdout|stderr) [FP] ?/, '')

/** What a container that ended left as its message: its file, or the end of its log where its policy says so. */
export async function lastWords(status: RuntimeContainerStatus, file: string): Promise<string> {
  const words = await tail(file, bytesMost)
  const usesLog = status.annotations[containerAnnotations.messagePolicy] === 'FallbackToLogsOnError'
  if (words !== '' || !usesLog || status.exitCode === 0) return words
  const lines = (await tail(status.logPath, 4 * logBytesMost))
    .split('\n')
    .slice(-logLinesMost - 1)
    .map(textOf)
  return lines.join('\n').slice(-logBytesMost)
}
