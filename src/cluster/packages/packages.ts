import { access, constants, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** A Debian package and how to see that what is needed of it is there. */
export interface SystemPackage {
  readonly name: string
  /** What it is for, in a few words. */
  readonly purpose: string
  isThere(): Promise<boolean>
}

/** Where distributions put the plugins of the container network. */
const pluginFolders = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni']
const plugins = ['bridge', 'host-local', 'portmap', 'loopback']
/** System folders that a user's PATH may lack. */
const systemPath = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

async function allExecutable(paths: readonly string[]): Promise<boolean> {
  return (await Promise.all(paths.map(isExecutable))).every(Boolean)
}

/** Whether a program is found on the PATH or in the system's own folders. */
export async function hasProgram(name: string, path = process.env['PATH'] ?? ''): Promise<boolean> {
  const folders = [...path.split(delimiter), ...systemPath]
  return (await Promise.all(folders.map((folder) => isExecutable(join(folder, name))))).includes(true)
}

/** The folder with the network plugins; undefined when they are not installed. */
export async function pluginFolder(): Promise<string | undefined> {
  for (const folder of pluginFolders) {
    if (await allExecutable(plugins.map((name) => join(folder, name)))) return folder
  }
  return undefined
}

/** Debian's busybox-static; the package busybox puts one at the same place that needs libraries. */
async function hasStaticBusybox(): Promise<boolean> {
  const program = await readFile('/bin/busybox').catch(() => undefined)
  return program !== undefined && !program.subarray(0, 4096).includes('/ld-linux')
}

const programs = (name: string, purpose: string, ...needed: string[]): SystemPackage => ({
  name,
  purpose,
  isThere: async () => (await Promise.all(needed.map((one) => hasProgram(one)))).every(Boolean),
})

/** What a cluster needs to run containers. */
export const runtimePackages: readonly SystemPackage[] = [
  programs('containerd', 'runs containers', 'containerd', 'containerd-shim-runc-v2', 'ctr'),
  programs('runc', 'starts their processes', 'runc'),
  {
    name: 'containernetworking-plugins',
    purpose: 'give pods addresses',
    isThere: async () => (await pluginFolder()) !== undefined,
  },
  programs('iptables', 'lets pods reach other networks, and hosts reach hostPorts', 'iptables'),
  programs('iproute2', 'removes the network of pods', 'ip'),
]

/** What the images of the tutorial are made of, and the registry that holds them. */
export const tutorialPackages: readonly SystemPackage[] = [
  programs('docker-registry', 'holds the images of the tutorial', 'docker-registry'),
  { name: 'busybox-static', purpose: 'becomes the busybox image', isThere: hasStaticBusybox },
  {
    name: 'nginx-light',
    purpose: 'becomes the nginx image',
    isThere: () =>
      allReadable('/usr/sbin/nginx', '/usr/share/nginx/html/index.html', '/etc/nginx/nginx.conf'),
  },
]

/** Needed on other processors than x86-64, where busybox does the waiting in sandboxes. */
export const sandboxPackages = tutorialPackages.filter(({ name }) => name === 'busybox-static')

async function allReadable(...paths: string[]): Promise<boolean> {
  const found = paths.map((path) =>
    access(path, constants.R_OK).then(
      () => true,
      () => false,
    ),
  )
  return (await Promise.all(found)).every(Boolean)
}

/** Those of the packages that are not there. */
export async function missingPackages(wanted: readonly SystemPackage[]): Promise<SystemPackage[]> {
  const there = await Promise.all(wanted.map((one) => one.isThere()))
  return wanted.filter((_, i) => there[i] !== true)
}

/** A PATH that has the system's own folders too: those of administrators are missing after a plain `su`. */
export function completePath(path = ''): string {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  return [...folders, ...systemPath.filter((folder) => !folders.includes(folder))].join(delimiter)
}
