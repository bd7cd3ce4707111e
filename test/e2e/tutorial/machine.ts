// The tutorial's machine: a network of its own with the tutorial's addresses, and folders that no one else sees. So every
// command line can be typed as it is printed there, and nothing stays behind.
import { registry, server } from './places.ts'

const folders = ['/var/run/kubernetes', '/var/lib/kubeling', '/var/lib/kubelet', '/var/log/pods']

const setUp = `set -e
ip link set lo up
ip link add eth0 type veth peer name cable
ip link set cable up
ip address add ${server}/24 dev eth0
ip address add ${registry}/24 dev eth0
ip link set eth0 up
ip route add default via 192.168.8.1
for folder in ${folders.join(' ')}; do mkdir -p $folder; mount -t tmpfs tutorial $folder; done
exec "$0" "$@"`

const mark = 'KUBELING_TUTORIAL_MACHINE'

/** Moves this process into a machine of its own, unless it is in one: the test file then runs again from its start. */
export function enterMachine(): void {
  if (process.env[mark] !== undefined) return
  const self = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const args = ['unshare', '--net', '--mount', 'sh', '-c', setUp, ...self]
  process.execve?.('/usr/bin/unshare', args, { ...process.env, [mark]: '1' })
}
