import { readFile, readdir } from 'node:fs/promises'
import { runCommand } from '../run-command.ts'
import { type Image, toImage } from './image.ts'
import type { TarEntry } from './tar.ts'

const root = Buffer.from('root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\n')
const groups = Buffer.from('root:x:0:\nadm:x:4:\nwww-data:x:33:\n')

const text = (path: string, body: string | Uint8Array, mode = 0o644): TarEntry => ({
  path,
  body: typeof body === 'string' ? Buffer.from(body) : body,
  mode,
})

/** A root with nothing but Debian's statically linked busybox and a link for each of its commands. */
async function busyboxLayer(): Promise<TarEntry[]> {
  const applets = (await runCommand('/bin/busybox', ['--list'])).trim().split('\n')
  return [
    ...['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'var'].map((path) => ({ path })),
    { path: 'tmp', mode: 0o1777 },
    text('etc/passwd', root),
    text('etc/group', groups),
    text('bin/busybox', await readFile('/bin/busybox'), 0o755),
    ...applets
      .filter((name) => name !== 'busybox')
      .map((name) => ({ path: `bin/${name}`, link: '/bin/busybox' })),
  ]
}

/** The busybox image, from the package busybox-static. */
export async function busyboxImage(): Promise<Image> {
  return toImage([await busyboxLayer()], { command: ['sh'] })
}

const site = `server {
	listen 80 default_server;
	root /var/www/html;
	index index.html index.htm index.nginx-debian.html;
	server_name _;
	location / {
		try_files $uri $uri/ =404;
	}
}
`

/** The nginx image, from the package nginx-light with the libraries it needs; busybox below it gives a shell. */
export async function nginxImage(): Promise<Image> {
  return toImage([await busyboxLayer(), await nginxLayer()], {
    command: ['/usr/sbin/nginx', '-g', 'daemon off;'],
    exposedPorts: ['80/tcp'],
  })
}

async function nginxLayer(): Promise<TarEntry[]> {
  const libraries = librariesOf(await runCommand('ldd', ['/usr/sbin/nginx']))
  const files = ['/usr/sbin/nginx', ...libraries]
  const configuration = (await readdir('/etc/nginx', { withFileTypes: true })).filter((file) => file.isFile())
  const folders = ['run', 'var/lib/nginx', 'var/log/nginx', 'var/www/html']
  const entries = folders.map((path): TarEntry => ({ path }))
  for (const file of files) entries.push(text(file.slice(1), await readFile(file), 0o755))
  for (const { name } of configuration) {
    entries.push(text(`etc/nginx/${name}`, await readFile(`/etc/nginx/${name}`)))
  }
  entries.push(text('etc/nginx/sites-enabled/default', site))
  entries.push(
    text('var/www/html/index.nginx-debian.html', await readFile('/usr/share/nginx/html/index.html')),
  )
  return entries
}

/** The files that ldd names, by the paths at which the loader looks for them. */
export function librariesOf(ldd: string): string[] {
  return ldd.split('\n').flatMap((line) => /(?:=>\s+|^\s*)(\/\S+)\s+\(0x/.exec(line)?.[1] ?? [])
}
