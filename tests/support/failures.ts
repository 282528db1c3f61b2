import { expect } from 'vitest'
import { type ErrorCode, PetrichorError } from '../../src/shared/errors'

/** Expects work to fail with a code, a sentence for what happened and one for what to do. */
export async function expectFailure(work: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(PetrichorError)
  const { code: found, message, detail } = error as PetrichorError
  expect(found).toBe(code)
  expect(message).toMatch(/^[“A-Z].*\.$/s)
  expect(detail).toMatch(/^[A-Z].*[.…)]$/s)
}
