// Compiles the .proto files to the messages that the engines and the kubelet import. Needs Debian's protobuf-compiler.
// `node tools/gen-proto.ts` writes, `--check` compares with what is committed.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Each source and the folder of what it becomes. */
const sources: readonly (readonly [string, string])[] = [
  ['src/kubelet/cri/cri.proto', 'src/kubelet/cri/gen'],
  ['src/kubelet/volumes/csi/csi.proto', 'src/kubelet/volumes/csi/gen'],
  ['src/kubelet/volumes/csi/registration.proto', 'src/kubelet/volumes/csi/gen'],
  ['src/store/etcd/proto/etcd.proto', 'src/store/etcd/gen'],
]

const check = process.argv.includes('--check')

/** Compiles one file into a folder. */
function compile(proto: string, folder: string): void {
  execFileSync('protoc', [
    `--plugin=protoc-gen-es=${join('node_modules', '.bin', 'protoc-gen-es')}`,
    `--proto_path=${dirname(proto)}`,
    `--es_out=${folder}`,
    '--es_opt=target=ts,import_extension=ts',
    basename(proto),
  ])
}

const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** The generated files that differ from the committed ones. */
function stale(proto: string, target: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'gen-proto-'))
  try {
    compile(proto, folder)
    return readdirSync(folder)
      .filter((name) => read(join(target, name)) !== read(join(folder, name)))
      .map((name) => join(target, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const [proto, target] of sources) {
  if (check) {
    for (const path of stale(proto, target)) {
      process.exitCode = 1
      process.stderr.write(`${path} is not what ${proto} gives: run node tools/gen-proto.ts\n`)
    }
  } else compile(proto, target)
}
