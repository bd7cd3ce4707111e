// Completes package-lock.json: a registry that lacks some platforms' binaries makes npm leave them out of the lock,
// and `npm ci` then refuses the lock on a registry that has them. Each missing optional package gets the entry npm
// writes for a package of another platform, which is never fetched. Run after every change of the dependencies.
import { readFileSync, writeFileSync } from 'node:fs'

interface Entry {
  version?: string
  dev?: true
  optional?: true
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const lockFile = 'package-lock.json'
const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, Entry> }

const systems = /(android|darwin|freebsd|openbsd|netbsd|openharmony|win32|windows|linux|aix|sunos)/
const processors = /(arm64|aarch64|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el|wasm32|arm)/

/** The platform that a binary package's name tells. */
function platformOf(name: string): Entry {
  const system = systems.exec(name)?.[1]?.replace('windows', 'win32')
  const processor = processors.exec(name)?.[1]?.replace('aarch64', 'arm64')
  const libc = name.includes('musl')
    ? 'musl'
    : system === 'linux' && /gnu|glibc/.test(name)
      ? 'glibc'
      : undefined
  return {
    ...(system && { os: [system] }),
    ...(processor && { cpu: [processor] }),
    ...(libc && { libc: [libc] }),
  }
}

/** True when `name`, required by the package at `path`, has an entry that node_modules resolution finds. */
function isLocked(path: string, name: string): boolean {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true
    if (!at.includes('/node_modules/')) return lock.packages[`node_modules/${name}`] !== undefined
  }
}

let added = 0
for (const [path, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue
    const version = range.replace(/^[^\d]*/, '')
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name.slice(name.indexOf('/') + 1)),
      ...(entry.dev && { dev: true }),
      optional: true,
    }
    added++
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${lockFile}: ${added} entries added`)
