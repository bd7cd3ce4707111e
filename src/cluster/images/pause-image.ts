import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../run-command.ts'
import { type Image, architecture, toArchive, toImage } from './image.ts'
import { pauseProgram } from './pause-program.ts'

/** The name under which containerd finds the sandbox image; no registry has it. */
export const pauseImageName = 'kubeling.local/pause:1'

/**
 * The sandbox image, made on this machine. On other processors than x86-64 the waiting is done by Debian's
 * busybox-static.
 */
export async function pauseImage(): Promise<Image> {
  if (architecture === 'amd64') {
    return toImage([[{ path: 'pause', body: pauseProgram(), mode: 0o755 }]], { entrypoint: ['/pause'] })
  }
  const busybox = await readFile('/bin/busybox')
  const script = 'trap "exit 0" TERM INT; while :; do sleep 86400 & wait $!; done'
  return toImage([[{ path: 'bin' }, { path: 'bin/busybox', body: busybox, mode: 0o755 }]], {
    entrypoint: ['/bin/busybox', 'sh', '-c', script],
  })
}

/** Gives containerd the sandbox image unless it has this very one. */
export async function ensurePauseImage(socket: string): Promise<void> {
  const image = await pauseImage()
  const ctr = ['--address', socket, '--namespace', 'k8s.io', 'images']
  const listed = await runCommand('ctr', [...ctr, 'list', `name==${pauseImageName}`])
  if (listed.includes(image.manifest.digest)) return
  const folder = await mkdtemp(join(tmpdir(), 'kubeling-image-'))
  try {
    const archive = join(folder, 'pause.tar')
    await writeFile(archive, toArchive(image, pauseImageName))
    await runCommand('ctr', [...ctr, 'import', archive])
  } finally {
    await rm(folder, { recursive: true })
  }
}
