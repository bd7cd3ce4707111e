import type { ApiError } from '#base/errors'
import { queryText, readText, resourcePath, toRefusal } from '#client'
import { parseJson, stringifyJson } from '#schema/json'
import type { KubeObject } from '#schema/object'
import { never } from '#base/cancel'
import { KubectlError } from '../fault.ts'
import type { Manifest } from '../manifests/manifest.ts'
import type { ApplyOptions } from './apply-one.ts'

/** Lets the server merge the manifest with what is there. */
export async function applyOnServer(
  manifest: Manifest,
  {
    client,
    dryRun,
    fieldManager,
    validation,
    forceConflicts,
  }: ApplyOptions & { readonly forceConflicts: boolean },
): Promise<{ object: KubeObject; done: 'serverside-applied' }> {
  if (dryRun === 'client')
    throw new KubectlError(
      "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
    )
  const { resource, name, namespace, object } = manifest
  const query = queryText({
    dryRun: dryRun === 'server' ? 'All' : undefined,
    fieldManager,
    fieldValidation: validation,
    force: forceConflicts,
  })
  const { status, body } = await client.transport.request(
    {
      method: 'PATCH',
      path: resourcePath(resource, { namespace, name }) + query,
      headers: { accept: 'application/json', 'content-type': 'application/apply-patch+yaml' },
      body: new TextEncoder().encode(stringifyJson(object)),
    },
    never,
  )
  if (status >= 400) throw explained(await toRefusal(status, body))
  return { object: parseJson(await readText(body)) as unknown as KubeObject, done: 'serverside-applied' }
}

function explained(error: ApiError): Error {
  if (error.reason === 'UnsupportedMediaType')
    return new KubectlError(`Server-side apply not available on the server: (${error.message})`)
  if (error.reason !== 'Conflict') return error
  const advice =
    'Please review the fields above--they currently have other managers. If you intend to manage all of these fields, please re-run the apply command with the `--force-conflicts` flag; if you do not intend to manage all of the fields, please edit your manifest to remove references to the fields that should keep their current managers.'
  return new KubectlError(
    `Apply failed with ${error.details?.causes?.length ?? 1} conflicts: ${error.message}\n${advice}`,
  )
}
