// Asking the studio: JSON or one line that says what is wrong.

export const token = document.querySelector('meta[name="advnets-token"]').content;

export async function ask(path, query = {}, method = "GET") {
  let answer;
  try {
    answer = await fetch(address(path, query), { method, headers: { "X-Advnets-Token": token } });
  } catch {
    throw new Error("the studio does not answer; is it still running?");
  }
  const said = await answer.json().catch(() => ({ error: `${answer.status} ${answer.statusText}` }));
  if (!answer.ok) throw new Error(said.error);
  return said;
}

export const address = (path, query) => `/api/${path}?${new URLSearchParams(query)}`;
