// Marks the page as one with scripts before it is drawn; app.css shows the plain version otherwise.
document.documentElement.classList.add("js");
