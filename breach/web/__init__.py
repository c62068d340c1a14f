"""The pages: forms in, commands to the services, pages out."""
