import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type TarEntry, toTar } from './tar.ts'

/** How a container of the image starts when its pod says nothing else. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly env?: readonly string[]
  readonly exposedPorts?: readonly string[]
}

/** Bytes with their digest, as registries and OCI layouts keep them. */
export interface Blob {
  readonly digest: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** An OCI image in memory. */
export interface Image {
  readonly manifest: Blob
  /** Configuration first, then the layers. */
  readonly blobs: readonly Blob[]
}

const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  ia32: '386',
  arm: 'arm',
}

/** The machine's architecture as images and nodes name it. */
export const architecture = architectures[process.arch] ?? process.arch

/** Builds an image of the given layers, lowest first. Equal content gives equal digests. */
export function toImage(layers: readonly (readonly TarEntry[])[], config: ImageConfig): Image {
  const tars = layers.map(toTar)
  const layerBlobs = tars.map((tar) =>
    toBlob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar, { level: 6 })),
  )
  const configBlob = toJsonBlob('application/vnd.oci.image.config.v1+json', {
    architecture,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: {
      ...(config.entrypoint && { Entrypoint: config.entrypoint }),
      ...(config.command && { Cmd: config.command }),
      Env: config.env ?? ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ...(config.exposedPorts && {
        ExposedPorts: Object.fromEntries(config.exposedPorts.map((port) => [port, {}])),
      }),
      WorkingDir: '/',
    },
    rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    history: tars.map(() => ({ created: '1970-01-01T00:00:00Z', created_by: 'kubeling' })),
  })
  const manifest = toJsonBlob('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor(configBlob),
    layers: layerBlobs.map(descriptor),
  })
  return { manifest, blobs: [configBlob, ...layerBlobs] }
}

/** The image as one archive in OCI layout, named for `ctr images import`. */
export function toArchive(image: Image, name: string): Uint8Array {
  const blobs = [image.manifest, ...image.blobs]
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptor(image.manifest), annotations: { 'io.containerd.image.name': name } }],
  }
  return toTar([
    { path: 'blobs' },
    { path: 'blobs/sha256' },
    ...blobs.map((blob) => ({ path: `blobs/${blob.digest.replace(':', '/')}`, body: blob.bytes })),
    { path: 'index.json', body: Buffer.from(JSON.stringify(index)) },
    { path: 'oci-layout', body: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
  ])
}

const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const toBlob = (mediaType: string, bytes: Uint8Array): Blob => ({ digest: digestOf(bytes), mediaType, bytes })
const toJsonBlob = (mediaType: string, value: unknown) =>
  toBlob(mediaType, Buffer.from(JSON.stringify(value)))
const descriptor = ({ mediaType, digest, bytes }: Blob) => ({ mediaType, digest, size: bytes.length })
