import { join } from 'node:path'

/** Where the kubelet keeps what belongs to a pod: upstream's places, which other tools know. */
export class PodFolders {
  readonly rootDir: string

  constructor(rootDir: string) {
    this.rootDir = rootDir
  }

  get all(): string {
    return join(this.rootDir, 'pods')
  }

  pod(uid: string): string {
    return join(this.all, uid)
  }

  volume(uid: string, plugin: string, name: string): string {
    return join(this.pod(uid), 'volumes', `kubernetes.io~${plugin}`, name)
  }

  /** Where one subPath of a container is mounted for the runtime to take. */
  subPath(uid: string, volume: string, container: string, index: number): string {
    return join(this.pod(uid), 'volume-subpaths', volume, container, String(index))
  }

  /** When a pod that ends must have ended. */
  endNote(uid: string): string {
    return join(this.pod(uid), 'ends-at')
  }

  /** What a pod was promised of the node's resources, and what it was given. */
  resources(uid: string): string {
    return join(this.pod(uid), 'resources')
  }

  /** Which users of the machine those of a pod are. */
  userNamespace(uid: string): string {
    return join(this.pod(uid), 'userns')
  }

  hostsFile(uid: string): string {
    return join(this.pod(uid), 'etc-hosts')
  }

  /** What one start of a container writes as its last words. */
  terminationLog(uid: string, container: string, attempt: number): string {
    return join(this.pod(uid), 'containers', container, String(attempt))
  }
}
