import type { Blob, Image } from './image.ts'

/** Pushes an image to a registry, given as its URL; blobs that are there already are not sent again. */
export async function pushImage(
  registry: string,
  repository: string,
  tag: string,
  image: Image,
): Promise<void> {
  const base = `${registry}/v2/${repository}`
  for (const blob of image.blobs) await pushBlob(base, blob)
  await expect(201, `${base}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': image.manifest.mediaType },
    body: Buffer.from(image.manifest.bytes),
  })
}

async function pushBlob(base: string, blob: Blob): Promise<void> {
  const found = await fetch(`${base}/blobs/${blob.digest}`, { method: 'HEAD' })
  if (found.ok) return
  const upload = await expect(202, `${base}/blobs/uploads/`, { method: 'POST' })
  const target = new URL(upload.headers.get('location') ?? '', base)
  target.searchParams.set('digest', blob.digest)
  await expect(201, target.href, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(blob.bytes),
  })
}

async function expect(status: number, url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request)
  const text = await response.text()
  if (response.status !== status) {
    throw new Error(`the registry answered ${response.status} to ${request.method} ${url}: ${text}`)
  }
  return response
}
