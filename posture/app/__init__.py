"""``posture app``: the whole tool in the browser, on this computer only.

`server` joins the parts: `library` is the folder of clips, `jobs` analyses them in guarded processes, `guard` turns
away what comes from elsewhere, `uploads` takes files, and the modules named after pages answer the browser.
`live_socket` joins the browser's camera to a session of `posture.live`, which `live_process` starts and `live_child`
runs.
"""
