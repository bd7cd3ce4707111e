import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubectlError } from '../fault.ts'
import type { Io } from '../io.ts'

/** Lets the user change a text in the editor of $KUBE_EDITOR or $EDITOR, else vi. @throws KubectlError when that fails. */
export async function openEditor(text: string, suffix: string, { env }: Io): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-edit-'))
  const file = join(folder, `edit${suffix}`)
  try {
    await writeFile(file, text, { mode: 0o600 })
    await launch(env['KUBE_EDITOR'] || env['EDITOR'] || 'vi', file, env)
    return await readFile(file, 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What the shell says of a program that it does not find. */
const notFound = 127

async function launch(editor: string, file: string, env: Io['env']): Promise<void> {
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], {
    stdio: ['inherit', 'inherit', 'ignore'],
    env: { ...process.env, ...env },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code === 0) return
  const name = JSON.stringify(editor)
  throw new KubectlError(
    code === notFound ? `unable to launch the editor ${name}` : `there was a problem with the editor ${name}`,
  )
}

/** Keeps a text that could not be saved, and gives the file's name. */
export async function keepCopy(text: string, suffix: string): Promise<string> {
  const file = join(tmpdir(), `kubectl-edit-${randomInt(2 ** 32)}${suffix}`)
  await writeFile(file, text, { mode: 0o600, flag: 'wx' })
  return file
}
