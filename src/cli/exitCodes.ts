/** How the command ends; 128 + the signal's number where it was interrupted. */
export const exitCodes = { success: 0, someFailed: 1, wrongUsage: 2 } as const
