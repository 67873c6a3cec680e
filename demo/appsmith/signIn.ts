/** The page's sign-in dialog: the one place where a password is typed. */
export function createSignIn(signIn: (credentials: { email: string; password: string }) => Promise<unknown>) {
  const dialog = document.getElementById('signIn') as HTMLDialogElement
  const form = dialog.querySelector('form') as HTMLFormElement
  const trouble = document.getElementById('signInError') as HTMLElement
  document.getElementById('cancel')?.addEventListener('click', () => dialog.close())
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const { email, password } = Object.fromEntries(new FormData(form)) as { email: string; password: string }
    trouble.textContent = ''
    try {
      await signIn({ email, password })
      dialog.close()
    } catch (error) {
      trouble.textContent = String(error).replace(/^.*AuthError: /, '')
    }
  })
  return {
    open() {
      if (!dialog.open) dialog.showModal()
    },
  }
}
