import { ApiError } from "./api-error.ts";

/** The result, or "unknown" where we may not read it (403) or the server does not serve it (404). Other errors are thrown. */
export async function unlessUnavailable<T>(read: Promise<T>): Promise<T | "unknown"> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiError && (error.code === 403 || error.code === 404)) return "unknown";
    throw error;
  }
}
