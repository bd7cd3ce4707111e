import type { HttpResponse } from '#base/http'
import type { Call } from '../call.ts'
import { scaleView } from './scale.ts'

/** Subresources that show an object as one of another kind, and change it by what is written there. */
export const views: Readonly<Record<string, (call: Call) => Promise<HttpResponse>>> = { scale: scaleView }
